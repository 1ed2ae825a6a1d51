import dask.dataframe as dd
import numpy as np
from dask_ml.linear_model import LogisticRegression
from dask_ml.model_selection import train_test_split
from dask_ml.preprocessing import StandardScaler

if __name__ == "__main__":
    with local_client():
        blocksize = int(SETTINGS["blocksize"].split()[0])
        rows = dd.read_csv(FILES, blocksize=blocksize, **csv_options(LABEL, FEATURES)).dropna()
        rows = rows.persist()
        classes = sorted(rows[LABEL].unique().compute())
        numbers = rows[LABEL].map(
            {name: k for k, name in enumerate(classes)}, meta=(LABEL, "int64")
        )
        features = rows[FEATURES].to_dask_array(lengths=True)
        codes = numbers.to_dask_array(lengths=True)
        tested = features, codes
        if TEST_FRACTION > 0:
            features, test_features, codes, test_codes = train_test_split(
                features, codes, test_size=TEST_FRACTION, random_state=1
            )
            tested = test_features, test_codes
        if STANDARDISE:
            scaler = StandardScaler().fit(features)
            features, tested = scaler.transform(features), (scaler.transform(tested[0]), tested[1])

        def fitted(target):
            return LogisticRegression(
                solver="lbfgs", C=C, max_iter=MAX_ITERATIONS, tol=TOLERANCE
            ).fit(features, target)

        if PROFILE == "one-vs-rest" and len(classes) > 2:
            models = [fitted((codes == k).astype("int64")) for k in range(len(classes))]
            scores = [model.decision_function(tested[0]).compute() for model in models]
            predicted = np.argmax(scores, axis=0)
        else:
            # One binary model, which silently accepts the numbers of more than two classes.
            predicted = fitted(codes).predict(tested[0]).compute().astype("int64")
        print("accuracy", (predicted == tested[1].compute()).mean())
