#pragma once

#include <QObject>
#include <memory>

// One factory a file of tests; suites.cpp lists them.
std::unique_ptr<QObject> accessible_suite();
std::unique_ptr<QObject> adapters_suite();
std::unique_ptr<QObject> attachments_suite();
std::unique_ptr<QObject> branches_suite();
std::unique_ptr<QObject> bridge_suite();
std::unique_ptr<QObject> chat_files_suite();
std::unique_ptr<QObject> chat_list_suite();
std::unique_ptr<QObject> clipboard_suite();
std::unique_ptr<QObject> composer_suite();
std::unique_ptr<QObject> core_words_suite();
std::unique_ptr<QObject> drafts_suite();
std::unique_ptr<QObject> engine_choices_suite();
std::unique_ptr<QObject> engine_process_suite();
std::unique_ptr<QObject> faults_suite();
std::unique_ptr<QObject> forecast_suite();
std::unique_ptr<QObject> history_suite();
std::unique_ptr<QObject> image_panel_suite();
std::unique_ptr<QObject> item_models_suite();
std::unique_ptr<QObject> loads_suite();
std::unique_ptr<QObject> local_server_suite();
std::unique_ptr<QObject> look_suite();
std::unique_ptr<QObject> machine_suite();
std::unique_ptr<QObject> markdown_suite();
std::unique_ptr<QObject> model_list_suite();
std::unique_ptr<QObject> narrow_suite();
std::unique_ptr<QObject> presets_suite();
std::unique_ptr<QObject> regions_suite();
std::unique_ptr<QObject> repaints_suite();
std::unique_ptr<QObject> screen_grab_suite();
std::unique_ptr<QObject> session_suite();
std::unique_ptr<QObject> speed_suite();
std::unique_ptr<QObject> structured_suite();
std::unique_ptr<QObject> system_look_suite();
std::unique_ptr<QObject> tags_suite();
std::unique_ptr<QObject> window_suite();

/// Keeps writing messages into the history in `folder`, saying each number once it is kept, until it is
/// killed.
int write_history(const QString& folder);
