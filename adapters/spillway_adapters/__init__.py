"""Adapters that let Spillway run Python engines; one module per engine on top of one protocol
module."""
