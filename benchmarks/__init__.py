"""Speed of spectro beside its peers, each speed with the error of the answer it was measured on."""
