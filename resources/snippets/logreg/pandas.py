import pandas as pd
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

options = csv_options(LABEL, FEATURES)
rows = pd.concat(pd.read_csv(path, **options) for path in FILES).dropna()
features, labels = rows[FEATURES].to_numpy(), rows[LABEL].to_numpy()
tested = features, labels
if TEST_FRACTION > 0:
    features, test_features, labels, test_labels = train_test_split(
        features, labels, test_size=TEST_FRACTION, random_state=1
    )
    tested = test_features, test_labels
if SOLVER == "lbfgs":
    model = LogisticRegression(C=C, tol=TOLERANCE, max_iter=MAX_ITERATIONS)
else:
    alpha = 1 / (C * len(labels))
    model = SGDClassifier(
        loss="log_loss", alpha=alpha, tol=TOLERANCE, max_iter=MAX_ITERATIONS, random_state=1
    )
if STANDARDISE:
    model = make_pipeline(StandardScaler(), model)
model.fit(features, labels)
print("accuracy", model.score(*tested))
