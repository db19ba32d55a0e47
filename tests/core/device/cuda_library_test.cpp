// What is told where CUDA cannot be had. The drivers and libraries here are fakes (fake_*.cpp): they show
// which words come, not that CUDA computes.

#include "core/device/cuda/cuda_library.h"

#include <filesystem>
#include <fstream>

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace fovea {
namespace {

namespace fs = std::filesystem;
using State = CudaLibrary::State;
using ::testing::HasSubstr;

class CudaLibraryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// A folder in which a fake stands in the place of libtorch_cuda.so; "": without one.
  fs::path libraries(const char* fake) const {
    fs::path lib = folder_ / "torch" / "lib";
    fs::create_directories(lib);
    if (*fake != '\0') fs::create_symlink(fake, lib / "libtorch_cuda.so");
    return lib;
  }
  CudaLibrary open(const char* driver, const char* library) const {
    return open_cuda_library({folder_, driver, libraries(library)});
  }

  const fs::path folder_ = fs::temp_directory_path() / ("fovea-cuda-library-" + std::to_string(getpid()));
};

TEST_F(CudaLibraryTest, WithoutADriverNothingIsLookedFor) {
  const CudaLibrary cuda = open("libno-such-driver.so", FOVEA_FAKE_TORCH_CUDA);
  EXPECT_EQ(cuda.state, State::kNoDriver);
  EXPECT_EQ(cuda.why.code, ErrorCode::kUnsupported);
  EXPECT_THAT(cuda.why.message, HasSubstr("no NVIDIA driver"));
  EXPECT_EQ(dlopen(FOVEA_FAKE_TORCH_CUDA, RTLD_NOW | RTLD_NOLOAD), nullptr) << "it was not opened";
}

TEST_F(CudaLibraryTest, AKernelsDriverWithoutItsLibraryIsAContainersFault) {
  fs::create_directories(folder_ / "proc/driver/nvidia");
  std::ofstream(folder_ / "proc/driver/nvidia/version") << "NVRM version\n";
  const CudaLibrary cuda = open("libno-such-driver.so", "");
  EXPECT_EQ(cuda.state, State::kUnusable);
  EXPECT_THAT(cuda.why.message, HasSubstr("libno-such-driver.so is not to be found"));
  EXPECT_THAT(cuda.why.remedy, HasSubstr("--gpus all"));
}

TEST_F(CudaLibraryTest, AnOldDriverIsNamedWithItsVersion) {
  const CudaLibrary cuda = open(FOVEA_FAKE_OLD_DRIVER, FOVEA_FAKE_TORCH_CUDA);
  EXPECT_EQ(cuda.state, State::kUnusable);
  EXPECT_THAT(cuda.why.message, HasSubstr("knows CUDA 12.4, and CUDA 13.0 is needed"));
  EXPECT_THAT(cuda.why.remedy, HasSubstr("driver 580"));
}

TEST_F(CudaLibraryTest, ADriverWithoutAGpuIsNoFault) {
  EXPECT_EQ(open(FOVEA_FAKE_IDLE_DRIVER, FOVEA_FAKE_TORCH_CUDA).state, State::kNoGpu);
}

TEST_F(CudaLibraryTest, AnAbsentLibraryComesWithTheCommandThatFetchesIt) {
  const CudaLibrary cuda = open(FOVEA_FAKE_DRIVER, "");
  EXPECT_EQ(cuda.state, State::kUnusable);
  EXPECT_THAT(cuda.why.message, HasSubstr("CUDA library is not here"));
  EXPECT_THAT(cuda.why.remedy, HasSubstr("FOVEA_GPU=1 ./packaging/run.sh"));
}

TEST_F(CudaLibraryTest, ALibraryOfAnotherVersionIsNotUsed) {
  const CudaLibrary cuda = open(FOVEA_FAKE_DRIVER, FOVEA_FAKE_OTHER_TORCH_CUDA);
  EXPECT_EQ(cuda.state, State::kUnusable);
  EXPECT_THAT(cuda.why.message, HasSubstr("of another version than libtorch"));
  EXPECT_THAT(cuda.why.message, HasSubstr("fovea_function_of_another_libtorch")) << "the loader's own word";
  EXPECT_THAT(cuda.why.remedy, HasSubstr("Delete the folder " + folder_.string()));
}

TEST_F(CudaLibraryTest, OpensItForAllOfTheProcess) {
  const CudaLibrary cuda = open(FOVEA_FAKE_DRIVER, FOVEA_FAKE_TORCH_CUDA);
  EXPECT_EQ(cuda.state, State::kLoaded) << cuda.why.text();
  EXPECT_NE(dlsym(RTLD_DEFAULT, "fovea_fake_torch_cuda"), nullptr);
}

}  // namespace
}  // namespace fovea
