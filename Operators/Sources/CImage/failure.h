#pragma once
/// Remembers a string literal for `image_failure_reason`.
void image_set_failure_reason(const char *reason);
