from pyspark.ml.classification import LogisticRegression
from pyspark.ml.feature import StringIndexer, VectorAssembler

rows = read(LABEL, FEATURES).filter("key != ''").dropna()
rows = StringIndexer(inputCol="key", outputCol="label").fit(rows).transform(rows)
names = [f"v{place}" for place in range(len(FEATURES))]
rows = VectorAssembler(inputCols=names, outputCol="features").transform(rows).persist()
train = tested = rows
if TEST_FRACTION > 0:
    train, tested = rows.randomSplit([1 - TEST_FRACTION, TEST_FRACTION], seed=1)
model = LogisticRegression(
    maxIter=MAX_ITERATIONS,
    tol=TOLERANCE,
    regParam=1 / (C * train.count()),
    standardization=STANDARDISE,
).fit(train)
right = model.transform(tested).filter("prediction = label").count()
print("accuracy", right / tested.count())
