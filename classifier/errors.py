"""What the classifier refuses, and what it says then.

ClassifierError
├── ModelRefused    the model in the room is not what its manifest promises
└── DataRefused     the training data or a training run is not usable
"""


class ClassifierError(ValueError):
    """Names the file, the field and the fix."""


class ModelRefused(ClassifierError):
    """A model, manifest or filterbank that must not listen to a resident."""


class DataRefused(ClassifierError):
    """Training audio, an index or a checkpoint that cannot be used."""
