def load(part):
    return read_range(part, LABEL, FEATURES)


def labels(rows):
    return set(rows[LABEL].unique().to_pylist())


def both_scaled(sides, mean, scale):
    return [scaled(side, mean, scale) for side in sides]


if __name__ == "__main__":
    with local_client() as client:
        parts = list(ranges(int(SETTINGS["blocksize"].split()[0]), 4 * WORKERS))
        rows = client.map(load, parts)
        classes = sorted(set().union(*client.gather(client.map(labels, rows))))
        sides = client.map(split, rows, classes=classes)
        seen = client.gather(client.map(lambda both: moments(both[0]), sides))
        count, mean, scale = mean_and_scale(seen)
        sides = client.map(both_scaled, sides, mean=mean, scale=scale)
        weights = fit(
            lambda w: client.gather(
                client.map(lambda both, w: evaluate(both[0], w), sides, w=w, pure=False)
            ),
            count,
            len(classes),
        )
        side = 1 if TEST_FRACTION > 0 else 0
        scores = client.gather(client.map(lambda both: correct(both[side], weights), sides))
        print("accuracy", sum(s[0] for s in scores) / sum(s[1] for s in scores))
