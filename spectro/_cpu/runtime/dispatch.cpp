#include "runtime/dispatch.h"

#include <atomic>
#include <cstring>

namespace spectro {

extern const Kernels kernels_portable;
#ifdef SPECTRO_X86
extern const Kernels kernels_avx2, kernels_avx512;
#endif

namespace {

struct Choice {
  const char* name;
  const Kernels* kernels;
  bool (*runs)();
};

const Choice choices[] = {
#ifdef SPECTRO_X86
    {"avx512", &kernels_avx512,
     [] {
       return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
              __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("fma");
     }},
    {"avx2", &kernels_avx2, [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }},
#endif
    {"portable", &kernels_portable, [] { return true; }},
};

const Choice* best() {
  for (const Choice& choice : choices)
    if (choice.runs()) return &choice;
  return nullptr;
}

std::atomic<const Choice*>& chosen() {
  static std::atomic<const Choice*> choice{best()};
  return choice;
}

}  // namespace

const Kernels& kernels() { return *chosen().load()->kernels; }
const char* instruction_set() { return chosen().load()->name; }

bool use_instruction_set(const char* name) {
  for (const Choice& choice : choices)
    if (!std::strcmp(choice.name, name) && choice.runs()) return chosen().store(&choice), true;
  return false;
}

}  // namespace spectro
