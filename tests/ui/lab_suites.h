#pragma once

#include <QObject>
#include <memory>

// One factory a file of tests; lab_suites.cpp lists them.
std::unique_ptr<QObject> bench_suite();
std::unique_ptr<QObject> bench_kinds_suite();
std::unique_ptr<QObject> cost_suite();
std::unique_ptr<QObject> monitor_suite();
std::unique_ptr<QObject> monitor_page_suite();
