"""Which room may include what: the table of the architecture, as data. The longest matching path is a file's room."""

STANDARD, POSIX, SIMD, TORCH, CUDA, OPENCV, CODECS = "standard", "posix", "simd", "torch", "cuda", "opencv", "codecs"
JSON, TEXT, HASH, CURL, CRYPTO, BOOST, CLI, YAML, QT, TESTS, OPENMP = (
    "json", "text", "hash", "curl", "crypto", "boost", "cli", "yaml", "qt", "tests", "openmp")

# (regular expression of what stands between the angle brackets, the library it belongs to); the first match counts.
# A header that matches nothing is reported: a new library has to be given a name here and a place in ROOMS.
LIBRARIES = [
    (r"torch/torch\.h|torch/extension\.h|torch/script\.h|torch/all\.h", "torch's front door"),
    (r"(ATen|c10|torch|caffe2)/.*", TORCH),
    (r"cuda.*|cublas.*|nvml\.h|nvrtc\.h|cub/.*", CUDA),
    (r"opencv2/.*", OPENCV),
    (r"jpeglib\.h|turbojpeg\.h|jerror\.h|png\.h|tiffio\.h|webp/.*|zlib\.h|lcms2\.h", CODECS),
    (r"nlohmann/.*", JSON),
    (r"pcre2\.h|utf8proc\.h|unicode/.*", TEXT),
    (r"xxhash\.h", HASH),
    (r"curl/.*", CURL),
    (r"openssl/.*", CRYPTO),
    (r"boost/.*", BOOST),
    (r"CLI/.*", CLI),
    (r"yaml-cpp/.*", YAML),
    (r"Qt?[A-Z]\w*|Qt\w+/.*|qt6keychain/.*|q[a-z]+\.h|moc_.*|\w+\.moc", QT),
    (r"gtest/.*|gmock/.*", TESTS),
    (r"\w*intrin\.h|cpuid\.h", SIMD),
    (r"omp\.h", OPENMP),
    (r"(sys|netinet|arpa|net|linux)/.*|(unistd|fcntl|signal|poll|dlfcn|pthread|sched|termios|netdb|glob|dirent|pwd|spawn|"
     r"langinfo|fnmatch|execinfo|malloc|time|errno|pty|link)\.h", POSIX),
    (r"[a-z_]+", STANDARD),  # C++ headers have no ending
]

BASIC = {STANDARD, POSIX, SIMD}
CORE_OF_CORE = {"core/api", "core/device"}
# core/output/structured: what a schema may say is known without a model.
HEADLESS = {"core/api", "core/fleet", "core/hub", "core/bench", "core/cost", "core/watch", "core/output/structured"}
ALL_OF_CORE = {"core/"}

# room: (rooms whose headers it may include beside its own, libraries whose headers it may include)
ROOMS = {
    "core/api": (set(), {STANDARD}),
    "core/device": ({"core/api"}, BASIC | {TORCH, CUDA, OPENMP}),
    "core/input": (CORE_OF_CORE, BASIC | {JSON, TEXT}),
    "core/input/vision": (CORE_OF_CORE | {"core/input"}, BASIC | {JSON, TORCH, OPENCV, CODECS}),
    "core/model": (CORE_OF_CORE, BASIC | {JSON, TORCH}),
    "core/output": (CORE_OF_CORE, BASIC | {JSON}),
    # Of core/watch only what fovea_sensors links: what a GPU's memory holds.
    "core/engine": (CORE_OF_CORE | {"core/input", "core/model", "core/output", "core/watch"}, BASIC | {JSON, TORCH, HASH}),
    "core/remote": ({"core/api"}, BASIC | {JSON, CURL}),
    "core/child": ({"core/api"}, BASIC),
    "core/fleet": (CORE_OF_CORE, BASIC),
    "core/hub": ({"core/api"}, BASIC | {JSON, CURL, CRYPTO}),
    # Of core/watch only what fovea_sensors links: energy, GPUs.
    "core/bench": ({"core/api", "core/cost", "core/watch"}, BASIC | {JSON}),
    "core/cost": ({"core/api"}, BASIC | {JSON}),
    "core/watch": ({"core/api"}, BASIC | {CURL}),
    # Of core/watch only what fovea_monitor links: records, their file, rules.
    "ui": ({"core/api", "core/bench", "core/cost", "core/watch"}, BASIC | {QT}),
    "app": (ALL_OF_CORE | {"ui", "app"}, BASIC | {JSON, BOOST, CLI, CURL, QT}),
    "app/cost": ({"core/api", "core/cost"}, BASIC | {YAML}),
    "app/cli": (HEADLESS | {"app/*", "app/cost"}, BASIC | {JSON, BOOST, CLI}),
    "app/server": (HEADLESS | {"app/*"}, BASIC | {JSON, CURL, CRYPTO}),
    "app/server/http": ({"core/api", "app/server"}, BASIC | {BOOST}),
    "app/serve": (HEADLESS | {"app/*", "app/cli", "app/server"}, BASIC | {JSON, YAML}),
    "app/web_bench": (HEADLESS | {"core/remote", "app/*", "app/cli", "app/server"}, BASIC | {JSON, CURL, YAML}),
    "tests": (ALL_OF_CORE | {"app", "ui"}, BASIC | {TORCH, OPENCV, CODECS, JSON, TEXT, CURL, CRYPTO, BOOST, CLI, QT, TESTS}),
}

# What a room must not even reach through the headers that it includes.
UNREACHABLE = {
    "core/api": {TORCH, OPENCV, QT, JSON}, "core/input": {QT}, "core/model": {QT}, "core/engine": {QT}, "core/device": {QT},
    "core/output": {TORCH, OPENCV, QT}, "core/hub": {TORCH, OPENCV, QT}, "core/bench": {TORCH, OPENCV, QT},
    "core/cost": {TORCH, OPENCV, QT}, "core/watch": {TORCH, OPENCV, QT}, "core/remote": {TORCH, OPENCV, QT},
    "core/child": {TORCH, OPENCV, QT}, "core/fleet": {TORCH, OPENCV, QT},
    "ui": {TORCH, OPENCV, CUDA}, "app/cli": {TORCH, OPENCV, QT, CUDA}, "app/cost": {TORCH, OPENCV, QT, CUDA},
    "app/server": {TORCH, OPENCV, QT, CUDA}, "app/serve": {TORCH, OPENCV, QT, CUDA, BOOST},
    "app/web_bench": {TORCH, OPENCV, QT, CUDA, BOOST},
}

# In the engine's room only these files know torch (compute_choice: its names of types); the loop and the queues do not.
TORCH_IN_ENGINE = ("core/engine/model_runner", "core/engine/torch_", "core/engine/compute_choice", "core/engine/vision_feature_cache")

# Each folder below ui is a panel; a panel never includes another.
PANELS = "ui/"
