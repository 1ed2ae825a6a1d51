"""Adapters that let Spillway run Python engines; one module an engine over one protocol module."""
