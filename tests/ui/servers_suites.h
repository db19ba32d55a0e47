#pragma once

#include <QObject>
#include <memory>

// One factory a file of tests; servers_suites.cpp lists them.
std::unique_ptr<QObject> connections_suite();
std::unique_ptr<QObject> key_vault_suite();
std::unique_ptr<QObject> no_key_vault_suite();
std::unique_ptr<QObject> server_answers_suite();
std::unique_ptr<QObject> server_dialog_suite();
std::unique_ptr<QObject> server_list_suite();
std::unique_ptr<QObject> server_pictures_suite();
