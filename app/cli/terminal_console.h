#pragma once

#include "app/cli/console.h"
#include "app/cli/interrupt.h"

namespace fovea::cli {

/// A file descriptor of this process as an Output.
class DescriptorOutput : public Output {
 public:
  explicit DescriptorOutput(int descriptor);

  bool write(std::string_view bytes) override;
  Fault fault() const override { return fault_; }
  bool terminal() const override { return terminal_; }
  bool colour() const override { return colour_; }
  int columns() const override;

 private:
  int descriptor_;
  bool terminal_;
  bool colour_;
  Fault fault_ = Fault::kNone;
};

/// A file descriptor of this process as an Input that Ctrl+C interrupts.
class DescriptorInput : public Input {
 public:
  DescriptorInput(int descriptor, const Interrupt& interrupt);

  std::ptrdiff_t read(char* buffer, std::size_t size) override;
  bool terminal() const override { return terminal_; }

 private:
  int descriptor_;
  const Interrupt& interrupt_;
  bool terminal_;
};

}  // namespace fovea::cli
