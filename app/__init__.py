"""Accord: the scorecard that marketing and sales share."""
