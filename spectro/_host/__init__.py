"""What must look at values, with NumPy."""
