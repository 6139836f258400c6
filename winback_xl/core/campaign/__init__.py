"""The campaign: who is in it, with which decision, in which wave and with which next step."""
