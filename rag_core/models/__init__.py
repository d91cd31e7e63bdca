"""The models Wenju stands on: a catalogue, their fetching, and the adapters that run them."""
