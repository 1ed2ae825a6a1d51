import ray


def start_ray():
    ray.init(
        address="local",
        num_cpus=WORKERS,
        object_store_memory=int(SETTINGS["object_store_memory"]),
        include_dashboard=False,
        log_to_driver=False,
    )
