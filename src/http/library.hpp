#pragma once

// Of all folders only this one includes the library.

#include <httplib.h>

#ifndef CPPHTTPLIB_OPENSSL_SUPPORT
#error "cpp-httplib's own compile definitions are missing: its classes would not have the library's layout"
#endif
