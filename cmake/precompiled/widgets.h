// What nearly every source of the rooms with Qt includes, compiled once a room.
#pragma once

#include "core.h"

#include <QtWidgets>
