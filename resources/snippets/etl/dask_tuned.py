def read_frame(part):
    return read_range(part, GROUP_BY, VALUES).to_pandas()


if __name__ == "__main__":
    with local_client():
        parts = list(ranges(int(SETTINGS["blocksize"].split()[0]), 4 * WORKERS))
        print_means(dd.from_map(read_frame, parts, meta=read_frame((FILES[0], 0, 0))))
