"""Texts that docstrings share: alignment and structure."""

TEXTS = {
    "warping_steps": """\
step_sizes_sigma : array (s, 2) of int >= 0, optional
    Steps (rows, columns) that paths are made of; (1, 1), (0, 1) and (1, 0) by default. Of equal ones the first is
    taken.""",
    "nn_metric": """\
metric : str or callable
    How far frames are apart: 'euclidean', 'sqeuclidean', 'cosine', 'manhattan' or 'chebyshev'; with scikit-learn
    whatever its `NearestNeighbors` takes.""",
    "nn_mode": """\
mode : {'connectivity', 'distance', 'affinity'}
    What links are: True, their distances, or ``exp(-distance / bandwidth)``.""",
    "nn_sparse": """\
sparse : bool
    Give a sparse matrix, which needs SciPy.""",
    "nn_bandwidth": """\
bandwidth : float > 0, array or str, optional
    Of affinities: a number; one for each pair, with frames along the first axis and their neighbors along the
    second; or 'med_k_scalar' (default), the median of the distances to the k-th neighbors. With the distances
    to the k-th neighbors of both frames of a pair 'mean_k' and 'gmean_k' take their means, arithmetic and
    geometric; 'mean_k_avg', 'gmean_k_avg' those of the mean distances to all k; 'mean_k_avg_and_pair' the mean
    of the latter and the distance of the pair.""",
}
