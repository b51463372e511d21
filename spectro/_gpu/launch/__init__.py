"""From kernel text and sizes to launches: built, chosen, measured, accepted by the device, recorded and replayed."""
