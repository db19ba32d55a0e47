#pragma once

#include <QString>

/// Uses the real window over the history in `folder` at random, saying what it does and what is kept, until
/// it is killed.
int use_window(const QString& folder, quint32 seed);
