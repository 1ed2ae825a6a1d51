// What every test includes, compiled once a folder of tests.
#pragma once

#include "core.h"

#include <QtTest>
