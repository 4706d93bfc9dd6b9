#!/usr/bin/python3
"""Fetches CIFAR-10 (binary version, 162 MiB) into a folder and checks every file.

    fetch_cifar10.py FOLDER [--from URL-OR-FILE]

--from: a mirror of cifar-10-binary.tar.gz, or the archive itself. Files that are there already are checked and kept;
nothing half-written stays.
"""
import argparse
import hashlib
import os
import pathlib
import shutil
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request

SOURCE = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
# SHA-256 of the files; those of the archive's six batches.
SHA256 = {
    "data_batch_1.bin": "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
    "data_batch_2.bin": "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
    "data_batch_3.bin": "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
    "data_batch_4.bin": "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
    "data_batch_5.bin": "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
    "test_batch.bin": "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b",
}


def problem(path):
    """What is wrong with a batch; None if nothing."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return None if digest == SHA256[path.name] else f"{path}: got SHA-256 {digest}, expected {SHA256[path.name]}"


def open_archive(source):
    if "://" not in source:
        return open(source, "rb")
    return urllib.request.urlopen(source, timeout=60)


def fetch(source, folder):
    with tempfile.TemporaryDirectory(dir=folder, prefix=".fetching-") as scratch:
        with open_archive(source) as stream, tarfile.open(fileobj=stream, mode="r|gz") as archive:
            for member in archive:
                name = pathlib.PurePosixPath(member.name).name
                if member.isfile() and name in SHA256:
                    with archive.extractfile(member) as data, open(pathlib.Path(scratch) / name, "wb") as out:
                        shutil.copyfileobj(data, out)
        for name in SHA256:
            path = pathlib.Path(scratch) / name
            if not path.exists():
                raise ValueError(f"{source}: got no {name}, expected the archive cifar-10-binary.tar.gz")
            if problem(path):
                raise ValueError(f"{source}: {problem(path)}")
        for name in SHA256:
            os.replace(pathlib.Path(scratch) / name, folder / name)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--from", dest="source", default=SOURCE, help=f"default: {SOURCE}")
    args = parser.parse_args()
    try:
        args.folder.mkdir(parents=True, exist_ok=True)
        present = [args.folder / name for name in SHA256 if (args.folder / name).exists()]
        for found in filter(None, map(problem, present)):
            raise ValueError(f"{found}; move it away")
        if len(present) < len(SHA256):
            fetch(args.source, args.folder)
    except (OSError, ValueError, tarfile.TarError, urllib.error.URLError, EOFError) as error:
        print(f"fetch_cifar10.py: {error}", file=sys.stderr)
        sys.exit(2)
    print(f"{args.folder}: CIFAR-10, {len(SHA256)} files, all as expected")


if __name__ == "__main__":
    main()
