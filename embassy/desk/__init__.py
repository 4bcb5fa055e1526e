"""What every admin of the house shares."""
