"""YAMNet's layers, as sizes: a first convolution and thirteen depthwise-separable blocks."""

FIRST_CHANNELS = 32
"""Of the first convolution, 3x3, stride 2."""
STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1)
CHANNELS = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
