// What nearly every test uses.
#include <gtest/gtest.h>

#include "pch.hpp"
