import numpy as np
from scipy.optimize import minimize


def split(rows, classes):
    """Training and test rows of a table: features with a column of ones, class numbers."""
    rows = rows.drop_null()
    features = np.column_stack([rows[name].to_numpy() for name in FEATURES])
    place = {name: k for k, name in enumerate(classes)}
    codes = np.array([place[name] for name in rows[LABEL].to_pylist()], np.int64)
    test = np.random.default_rng(1).random(len(codes)) < TEST_FRACTION
    return (features[~test], codes[~test]), (features[test], codes[test])


def moments(block):
    features = block[0]
    return len(features), features.sum(axis=0), (features**2).sum(axis=0)


def scaled(block, mean, scale):
    features, codes = block
    return np.column_stack([(features - mean) / scale, np.ones(len(codes))]), codes


def evaluate(block, weights):
    """Summed loss and its gradient over one block's rows."""
    features, codes = block
    scores = features @ weights.T
    scores -= scores.max(axis=1, keepdims=True)
    exponentials = np.exp(scores)
    totals = exponentials.sum(axis=1)
    own = scores[np.arange(len(codes)), codes]
    exponentials /= totals[:, None]
    exponentials[np.arange(len(codes)), codes] -= 1
    return float((np.log(totals) - own).sum()), exponentials.T @ features


def correct(block, weights):
    features, codes = block
    return int(((features @ weights.T).argmax(axis=1) == codes).sum()), len(codes)


def fit(over_all_blocks, rows, classes):
    """L-BFGS over blocks wherever they are; the intercepts, last, are not penalised."""
    shape = classes, len(FEATURES) + 1

    def objective(flat):
        weights = flat.reshape(shape)
        parts = over_all_blocks(weights)
        penalised = weights.copy()
        penalised[:, -1] = 0
        loss = sum(part[0] for part in parts) / rows
        gradient = sum(part[1] for part in parts) / rows
        return (
            loss + (penalised**2).sum() / (2 * C * rows),
            (gradient + penalised / (C * rows)).ravel(),
        )

    options = {"maxiter": MAX_ITERATIONS, "gtol": TOLERANCE}
    found = minimize(
        objective, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options=options
    )
    return found.x.reshape(shape)


def mean_and_scale(parts):
    """Of the training rows of all blocks, from their moments."""
    count, total, squares = (sum(part[k] for part in parts) for k in range(3))
    if not STANDARDISE:
        return count, 0.0, 1.0
    deviation = np.sqrt(np.maximum(squares / count - (total / count) ** 2, 0))
    return count, total / count, np.where(deviation > 0, deviation, 1.0)
