"""Make-goods: the loss, the odds, the size, the form and the limits of an offer."""
