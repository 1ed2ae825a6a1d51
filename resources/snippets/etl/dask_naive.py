if __name__ == "__main__":
    with local_client():
        blocksize = int(SETTINGS["blocksize"].split()[0])
        print_means(dd.read_csv(FILES, blocksize=blocksize, **csv_options(GROUP_BY, VALUES)))
