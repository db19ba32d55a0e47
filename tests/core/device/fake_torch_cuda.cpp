// In the place of libtorch_cuda.so: a library that loads, or, where it stands for another version's, asks for
// a function that no libtorch of ours has.

extern "C" {

#ifdef FAKE_OTHER_VERSION
void fovea_function_of_another_libtorch();
#endif

int fovea_fake_torch_cuda() {
#ifdef FAKE_OTHER_VERSION
  fovea_function_of_another_libtorch();
#endif
  return 1;
}
}
