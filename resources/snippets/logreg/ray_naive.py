import numpy as np
from sklearn.linear_model import SGDClassifier

rows = read(LABEL, FEATURES).materialize()
classes = sorted(rows.unique(LABEL))


def batches(rows):
    for batch in rows.iter_batches(batch_size=65_536, batch_format="numpy"):
        yield np.column_stack([batch[name] for name in FEATURES]), batch[LABEL].astype(str)


train = tested = rows
if TEST_FRACTION > 0:
    train, tested = rows.train_test_split(TEST_FRACTION, shuffle=True, seed=1)
mean, scale = np.zeros(len(FEATURES)), np.ones(len(FEATURES))
if STANDARDISE:
    mean = np.array([train.mean(name) for name in FEATURES])
    scale = np.array([train.std(name, ddof=0) or 1.0 for name in FEATURES])
model = SGDClassifier(loss="log_loss", random_state=1)
previous = np.inf
for _ in range(MAX_ITERATIONS):
    loss = count = 0
    for features, labels in batches(train):
        features = (features - mean) / scale
        model.partial_fit(features, labels, classes=classes)
        own = model.predict_proba(features)[
            np.arange(len(labels)), np.searchsorted(classes, labels)
        ]
        loss, count = loss - np.log(np.maximum(own, 1e-300)).sum(), count + len(labels)
    if previous - loss / count < TOLERANCE:
        break
    previous = loss / count
right = total = 0
for features, labels in batches(tested):
    right += (model.predict((features - mean) / scale) == labels).sum()
    total += len(labels)
print("accuracy", right / total)
