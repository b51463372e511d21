#include "runtime/cores.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#elif defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace spectro {
namespace {

// Microseconds of a file's next number; 0 for "max", -1 and whatever else is none.
int64_t number(std::istream& in) {
  std::string word;
  in >> word;
  const bool digits = !word.empty() && word.size() < 19 &&
                      std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits ? std::stoll(word) : 0;
}

int64_t number_in(const std::string& path) {
  std::ifstream file(path);
  return number(file);
}

int whole_cores(int64_t allowed, int64_t period) {
  return allowed > 0 && period > 0 ? int(std::min<int64_t>((allowed + period - 1) / period, 1 << 16)) : 0;
}

int least(int a, int b) { return a == 0 || b == 0 ? std::max(a, b) : std::min(a, b); }

// What one folder of a hierarchy allows.
int allowed_by(const std::string& folder, bool unified) {
  if (!unified) return whole_cores(number_in(folder + "/cpu.cfs_quota_us"), number_in(folder + "/cpu.cfs_period_us"));
  std::ifstream file(folder + "/cpu.max");
  const int64_t allowed = number(file);
  return whole_cores(allowed, number(file));
}

// The least of what a group and those around it allow. In a container the path may be that of the host, of which only
// the last folder, or the root, is there to be seen.
int allowed_from(const std::string& mounted, std::string group, bool unified) {
  int least_of_all = allowed_by(mounted, unified);
  while (group.size() > 1) {
    least_of_all = least(least_of_all, allowed_by(mounted + group, unified));
    group.resize(group.rfind('/'));
  }
  return least_of_all;
}

bool names_cpu(const std::string& controllers) { return ("," + controllers + ",").find(",cpu,") != std::string::npos; }

}  // namespace

int quota(const std::string& groups, const std::string& mounted) {
  std::istringstream lines(groups);
  int least_of_all = 0;
  for (std::string line; std::getline(lines, line);) {  // number:controllers:/path
    const size_t first = line.find(':'), second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos || second + 1 == line.size() || line[second + 1] != '/') continue;
    const std::string controllers = line.substr(first + 1, second - first - 1), group = line.substr(second + 1);
    if (controllers.empty()) least_of_all = least(least_of_all, allowed_from(mounted, group, true));
    if (!names_cpu(controllers)) continue;
    for (const std::string& name : {"/" + controllers, std::string("/cpu")})
      least_of_all = least(least_of_all, allowed_from(mounted + name, group, false));
  }
  return least_of_all;
}

#if defined(__linux__)

int cores() {
  cpu_set_t set;
  const bool known = sched_getaffinity(0, sizeof set, &set) == 0;
  const int here = known ? CPU_COUNT(&set) : int(std::thread::hardware_concurrency());
  std::ifstream file("/proc/self/cgroup");
  const std::string groups{std::istreambuf_iterator<char>(file), {}};
  return std::max(1, least(here, quota(groups, "/sys/fs/cgroup")));
}

#else

int cores() {
  int count = 0;
#if defined(__APPLE__)
  size_t size = sizeof count;
  if (sysctlbyname("hw.perflevel0.logicalcpu", &count, &size, nullptr, 0) != 0) count = 0;
#endif
  return count > 0 ? count : std::max(1, int(std::thread::hardware_concurrency()));
}

#endif

}  // namespace spectro
