@ray.remote
class Holder:
    """The rows of one worker."""

    def __init__(self, parts):
        self.rows = pyarrow.concat_tables([read_range(part, LABEL, FEATURES) for part in parts])

    def labels(self):
        return set(self.rows[LABEL].unique().to_pylist())

    def split(self, classes):
        self.sides = split(self.rows, classes)
        del self.rows
        return moments(self.sides[0])

    def scale(self, mean, scale):
        self.sides = [scaled(side, mean, scale) for side in self.sides]

    def evaluate(self, weights):
        return evaluate(self.sides[0], weights)

    def correct(self, weights, side):
        return correct(self.sides[side], weights)


if __name__ == "__main__":
    start_ray()
    parts = list(ranges(int(SETTINGS["range_bytes"]), 4 * WORKERS))
    holders = [Holder.remote(parts[k::WORKERS]) for k in range(WORKERS)]
    classes = sorted(set().union(*ray.get([holder.labels.remote() for holder in holders])))
    seen = ray.get([holder.split.remote(classes) for holder in holders])
    count, mean, scale = mean_and_scale(seen)
    ray.get([holder.scale.remote(mean, scale) for holder in holders])
    weights = fit(
        lambda w: ray.get([holder.evaluate.remote(w) for holder in holders]), count, len(classes)
    )
    side = 1 if TEST_FRACTION > 0 else 0
    scores = ray.get([holder.correct.remote(weights, side) for holder in holders])
    print("accuracy", sum(s[0] for s in scores) / sum(s[1] for s in scores))
