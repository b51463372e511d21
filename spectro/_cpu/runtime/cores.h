// How many threads a process can keep busy here.
#pragma once

#include <string>

namespace spectro {

// The cores that the process may use: those of its affinity mask, no more than its control groups' quota pays for, and
// on a Mac the fast ones alone, as work is handed out in equal pieces.
int cores();

// The cores that a quota of the control groups pays for, rounded up, or 0 without one. `groups` is what
// /proc/self/cgroup holds, `mounted` the folder of /sys/fs/cgroup.
int quota(const std::string& groups, const std::string& mounted);

}  // namespace spectro
