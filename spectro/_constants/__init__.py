"""What is built once and kept: scales and filterbanks, to float64's accuracy, with MLX alone."""
