from distributed import Client


def local_client():
    """Of a cluster of its own."""
    return Client(
        n_workers=int(SETTINGS["processes"]),
        threads_per_worker=int(SETTINGS["threads"]) // int(SETTINGS["processes"]),
        memory_limit=int(SETTINGS["worker_memory_limit"].split()[0]),
        dashboard_address=None,
    )
