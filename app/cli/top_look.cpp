#include "app/cli/top_look.h"

#include "app/cli/model_output.h"
#include "app/cli/plain_text.h"
#include "app/cli/quantities.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace fovea::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string share_text(double share) {
  return share < 0.0 ? "-" : fixed_text(100.0 * share, 0) + " %";
}

std::string told_text(double value, int digits, const char* unit) {
  return value < 0.0 ? "-" : fixed_text(value, digits) + unit;
}

std::string of_text(std::uint64_t used, std::uint64_t total) {
  return total == 0 ? "-" : bytes_text(used) + " of " + bytes_text(total);
}

std::string rate_text(double bytes_per_second) {
  return bytes_per_second < 0.0 ? "-" : bytes_text(static_cast<std::uint64_t>(bytes_per_second)) + "/s";
}

Json told(double value) {
  return value < 0.0 ? Json() : Json(value);
}

std::string ports_text(const std::vector<int>& ports) {
  std::string text;
  for (const int port : ports) text += (text.empty() ? "" : ",") + std::to_string(port);
  return text;
}

std::string machine_text(const watch::MachineUse& machine) {
  std::vector<std::vector<std::string>> rows = {
      {"CPU", share_text(machine.cpu),
       counted(machine.cores, "core") + ", load " + fixed_text(machine.load, 2)},
      {"Memory",
       machine.memory_total == 0
           ? "-"
           : share_text(static_cast<double>(machine.memory_used) / static_cast<double>(machine.memory_total)),
       of_text(machine.memory_used, machine.memory_total)},
      {"Disk",
       machine.disk_total == 0
           ? "-"
           : share_text(static_cast<double>(machine.disk_used) / static_cast<double>(machine.disk_total)),
       of_text(machine.disk_used, machine.disk_total) + ", reads " + rate_text(machine.disk_read) +
           ", writes " + rate_text(machine.disk_write)}};
  for (const watch::GpuUse& gpu : machine.gpus) {
    rows.push_back({"GPU", share_text(gpu.use),
                    of_text(gpu.used, gpu.total) + ", " + told_text(gpu.watts, 0, " W") + ", " +
                        told_text(gpu.celsius, 0, " C") + ", " + gpu.name});
  }
  if (machine.gpus.empty()) rows.push_back({"GPU", "-", "none that NVIDIA's driver tells of"});
  return in_columns(rows);
}

}  // namespace

TopLook TopProbe::look(double now) {
  TopLook look;
  look.machine = machine_.look(now);
  look.machine.gpus = nvml_.look();
  look.processes = processes_.look(now);
  std::vector<std::string> urls = named_;
  for (const watch::ProcessUse& process : look.processes) {
    if (process.verb != "serve") continue;
    for (const int port : process.ports) urls.push_back("http://127.0.0.1:" + std::to_string(port));
  }
  std::set<std::string> asked;
  for (const std::string& url : urls) {
    if (asked.insert(url).second) look.servers.push_back(servers_.look(url, now));
  }
  return look;
}

std::string top_text(const TopLook& look, TopOrder order, int columns) {
  std::string text = machine_text(look.machine) + "\n";
  std::vector<watch::ProcessUse> processes = look.processes;
  std::stable_sort(processes.begin(), processes.end(), [order](const auto& a, const auto& b) {
    if (order == TopOrder::kCpu) return a.cpu > b.cpu;
    return order == TopOrder::kMemory && a.resident > b.resident;
  });
  std::vector<std::vector<std::string>> rows = {{"PID", "VERB", "CPU", "MEMORY", "THREADS", "TIME", "PORTS"}};
  for (const watch::ProcessUse& one : processes) {
    rows.push_back({std::to_string(one.pid), one.verb, share_text(one.cpu), bytes_text(one.resident),
                    std::to_string(one.threads), duration_text(one.seconds), ports_text(one.ports)});
  }
  text += in_columns(rows) + "\n";
  if (look.servers.empty()) {
    text += "No server of this program runs here.\n";
  } else {
    rows = {{"SERVER", "RUNNING", "WAITING", "REQUESTS/S", "TOKENS/S", "REFUSED", "P99", "TTFT P99"}};
    std::string faults;
    for (const watch::ServerUse& server : look.servers) {
      if (!server.reached) {
        faults += server.fault + "\n";
        continue;
      }
      const auto seconds = [](double value) { return value < 0.0 ? std::string("-") : seconds_text(value); };
      rows.push_back({server.url, fixed_text(server.running, 0), fixed_text(server.waiting, 0),
                      told_text(server.requests_per_second, 1, ""),
                      told_text(server.tokens_per_second, 1, ""), told_text(server.refused, 0, ""),
                      seconds(server.p99), seconds(server.ttft_p99)});
    }
    if (rows.size() > 1) text += in_columns(rows);
    text += faults;
  }
  for (const watch::Rule& rule : look.standing) text += "! " + rule.text() + "\n";
  std::string fitting;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    fitting += fitted(std::string_view(text).substr(begin, end - begin),
                      static_cast<std::size_t>(std::max(columns, 20)));
    fitting += '\n';
    begin = end + 1;
  }
  return fitting;
}

nlohmann::ordered_json top_json(const TopLook& look) {
  const watch::MachineUse& machine = look.machine;
  Json gpus = Json::array();
  for (const watch::GpuUse& gpu : machine.gpus) {
    gpus.push_back({{"name", gpu.name},
                    {"use", told(gpu.use)},
                    {"memory_used_bytes", gpu.used},
                    {"memory_bytes", gpu.total},
                    {"watts", told(gpu.watts)},
                    {"celsius", told(gpu.celsius)}});
  }
  Json processes = Json::array();
  for (const watch::ProcessUse& one : look.processes) {
    processes.push_back({{"pid", one.pid},
                         {"verb", repaired_utf8(one.verb)},
                         {"cpu_cores", told(one.cpu)},
                         {"resident_bytes", one.resident},
                         {"threads", one.threads},
                         {"seconds", one.seconds},
                         {"ports", one.ports}});
  }
  Json servers = Json::array();
  for (const watch::ServerUse& server : look.servers) {
    if (!server.reached) {
      servers.push_back({{"url", server.url}, {"reached", false}, {"fault", server.fault}});
      continue;
    }
    servers.push_back({{"url", server.url},
                       {"reached", true},
                       {"running", server.running},
                       {"waiting", server.waiting},
                       {"requests_per_second", told(server.requests_per_second)},
                       {"tokens_per_second", told(server.tokens_per_second)},
                       {"refused", told(server.refused)},
                       {"p99_seconds", told(server.p99)},
                       {"ttft_p99_seconds", told(server.ttft_p99)},
                       {"resident_bytes", server.resident}});
  }
  Json standing = Json::array();
  for (const watch::Rule& rule : look.standing) standing.push_back(rule.text());
  return {{"time", machine.time},
          {"cpu", told(machine.cpu)},
          {"cores", machine.cores},
          {"load", machine.load},
          {"memory_used_bytes", machine.memory_used},
          {"memory_bytes", machine.memory_total},
          {"disk_used_bytes", machine.disk_used},
          {"disk_bytes", machine.disk_total},
          {"disk_read_bytes_per_second", told(machine.disk_read)},
          {"disk_write_bytes_per_second", told(machine.disk_write)},
          {"gpus", std::move(gpus)},
          {"processes", std::move(processes)},
          {"servers", std::move(servers)},
          {"rules", std::move(standing)}};
}

nlohmann::ordered_json record_json(const watch::MonitorRecord& record) {
  Json json = {{"time", record.time}};
  for (std::size_t i = 0; i < watch::kGauges; ++i) {
    if (!std::isnan(record.values[i]))
      json[watch::gauge_name(static_cast<watch::Gauge>(i))] = record.values[i];
  }
  return json;
}

}  // namespace fovea::cli
