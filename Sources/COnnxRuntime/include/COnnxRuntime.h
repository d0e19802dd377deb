/// ONNX Runtime's C API, as far as Millrace uses it.
///
/// The library exports one symbol, `OrtGetApiBase`, which leads to a table of function pointers. A function's place in that table
/// never changes; this header names the places in use and leaves the others blank (`OrtApi` is checked in COnnxRuntime.c).
/// Every function that returns `OrtResult` answers NULL for success, else a status that the caller releases.

#ifndef MILLRACE_CONNXRUNTIME_H
#define MILLRACE_CONNXRUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The library that these declarations were checked against: any patch release of it will do.
#define MILLRACE_ORT_VERSION_PREFIX "1.32."
#define MILLRACE_ORT_API_VERSION 32

typedef struct OrtAllocator OrtAllocator;
typedef struct OrtArenaCfg OrtArenaCfg;
typedef struct OrtEnv OrtEnv;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtSession OrtSession;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtStatus OrtStatus;
typedef struct OrtTensorTypeAndShapeInfo OrtTensorTypeAndShapeInfo;
typedef struct OrtTypeInfo OrtTypeInfo;
typedef struct OrtValue OrtValue;

/// NULL, or what went wrong.
typedef OrtStatus *OrtResult;

/// Enumerations are plain 32-bit integers here, so that a value of a later library is a number and not undefined behaviour.
typedef int32_t OrtErrorCode;
enum {
  ORT_INVALID_ARGUMENT = 2,
  ORT_INVALID_PROTOBUF = 7,
  ORT_NOT_IMPLEMENTED = 9,
  ORT_INVALID_GRAPH = 10,
};

typedef int32_t OrtLoggingLevel;
enum { ORT_LOGGING_LEVEL_WARNING = 2 };

typedef int32_t OrtExecutionMode;
enum { ORT_SEQUENTIAL = 0 };

typedef int32_t OrtGraphOptimizationLevel;
enum { ORT_DISABLE_ALL = 0, ORT_ENABLE_BASIC = 1, ORT_ENABLE_EXTENDED = 2, ORT_ENABLE_ALL = 99 };

typedef int32_t OrtONNXType;
enum {
  ORT_ONNX_TYPE_TENSOR = 1,
  ORT_ONNX_TYPE_SEQUENCE = 2,
  ORT_ONNX_TYPE_MAP = 3,
  ORT_ONNX_TYPE_SPARSETENSOR = 5,
  ORT_ONNX_TYPE_OPTIONAL = 6,
};

/// The values are named by `ElementType` in Swift.
typedef int32_t OrtTensorElementType;

typedef int32_t OrtAllocatorType;
enum { ORT_ARENA_ALLOCATOR = 1 };

typedef int32_t OrtMemType;
enum { ORT_MEM_TYPE_DEFAULT = 0 };

typedef void (*OrtLoggingFunction)(void *parameter, OrtLoggingLevel severity, const char *category, const char *logid,
                                   const char *location, const char *message);

typedef struct OrtApi {
  void *unused_0[1];
  OrtErrorCode (*GetErrorCode)(const OrtStatus *status);
  const char *(*GetErrorMessage)(const OrtStatus *status);
  void *unused_3[1];
  OrtResult (*CreateEnvWithCustomLogger)(OrtLoggingFunction logger, void *parameter, OrtLoggingLevel level, const char *logid, OrtEnv **out);
  void *unused_5[3];
  OrtResult (*CreateSessionFromArray)(const OrtEnv *env, const void *model, size_t size, const OrtSessionOptions *options, OrtSession **out);
  OrtResult (*Run)(OrtSession *session, const OrtRunOptions *options, const char *const *input_names, const OrtValue *const *inputs,
                   size_t input_count, const char *const *output_names, size_t output_count, OrtValue **outputs);
  OrtResult (*CreateSessionOptions)(OrtSessionOptions **out);
  void *unused_11[2];
  OrtResult (*SetSessionExecutionMode)(OrtSessionOptions *options, OrtExecutionMode mode);
  void *unused_14[9];
  OrtResult (*SetSessionGraphOptimizationLevel)(OrtSessionOptions *options, OrtGraphOptimizationLevel level);
  OrtResult (*SetIntraOpNumThreads)(OrtSessionOptions *options, int count);
  void *unused_25[5];
  OrtResult (*SessionGetInputCount)(const OrtSession *session, size_t *out);
  OrtResult (*SessionGetOutputCount)(const OrtSession *session, size_t *out);
  void *unused_32[1];
  OrtResult (*SessionGetInputTypeInfo)(const OrtSession *session, size_t index, OrtTypeInfo **out);
  OrtResult (*SessionGetOutputTypeInfo)(const OrtSession *session, size_t index, OrtTypeInfo **out);
  void *unused_35[1];
  OrtResult (*SessionGetInputName)(const OrtSession *session, size_t index, OrtAllocator *allocator, char **out);
  OrtResult (*SessionGetOutputName)(const OrtSession *session, size_t index, OrtAllocator *allocator, char **out);
  void *unused_38[1];
  OrtResult (*CreateRunOptions)(OrtRunOptions **out);
  void *unused_40[6];
  OrtResult (*RunOptionsSetTerminate)(OrtRunOptions *options);
  void *unused_47[1];
  OrtResult (*CreateTensorAsOrtValue)(OrtAllocator *allocator, const int64_t *shape, size_t rank, OrtTensorElementType type, OrtValue **out);
  void *unused_49[2];
  OrtResult (*GetTensorMutableData)(OrtValue *value, void **out);
  void *unused_52[3];
  OrtResult (*CastTypeInfoToTensorInfo)(const OrtTypeInfo *info, const OrtTensorTypeAndShapeInfo **out);
  OrtResult (*GetOnnxTypeFromTypeInfo)(const OrtTypeInfo *info, OrtONNXType *out);
  void *unused_57[3];
  OrtResult (*GetTensorElementType)(const OrtTensorTypeAndShapeInfo *info, OrtTensorElementType *out);
  OrtResult (*GetDimensionsCount)(const OrtTensorTypeAndShapeInfo *info, size_t *out);
  OrtResult (*GetDimensions)(const OrtTensorTypeAndShapeInfo *info, int64_t *out, size_t count);
  OrtResult (*GetSymbolicDimensions)(const OrtTensorTypeAndShapeInfo *info, const char **out, size_t count);
  void *unused_64[5];
  OrtResult (*CreateCpuMemoryInfo)(OrtAllocatorType allocator, OrtMemType type, OrtMemoryInfo **out);
  void *unused_70[6];
  OrtResult (*AllocatorFree)(OrtAllocator *allocator, void *pointer);
  void *unused_77[1];
  OrtResult (*GetAllocatorWithDefaultOptions)(OrtAllocator **out);
  void *unused_79[14];
  void (*ReleaseStatus)(OrtStatus *status);
  void (*ReleaseMemoryInfo)(OrtMemoryInfo *info);
  void (*ReleaseSession)(OrtSession *session);
  void (*ReleaseValue)(OrtValue *value);
  void (*ReleaseRunOptions)(OrtRunOptions *options);
  void (*ReleaseTypeInfo)(OrtTypeInfo *info);
  void *unused_99[1];
  void (*ReleaseSessionOptions)(OrtSessionOptions *options);
  void *unused_101[29];
  OrtResult (*AddSessionConfigEntry)(OrtSessionOptions *options, const char *key, const char *value);
  void *unused_131[13];
  OrtResult (*CreateAndRegisterAllocator)(OrtEnv *env, const OrtMemoryInfo *info, const OrtArenaCfg *arena);
  void *unused_145[12];
  void (*ReleaseArenaCfg)(OrtArenaCfg *arena);
  void *unused_158[6];
  OrtResult (*CreateArenaCfgV2)(const char *const *keys, const size_t *values, size_t count, OrtArenaCfg **out);
  void *unused_165[128];
  OrtResult (*SessionOptionsSetLoadCancellationFlag)(OrtSessionOptions *options, bool cancel);
  void *unused_294[24];
  OrtResult (*GetTensorSizeInBytes)(const OrtValue *value, size_t *out);
  void *unused_319[71];
  bool (*TensorTypeAndShape_HasShape)(const OrtTensorTypeAndShapeInfo *info);
  void *unused_391[23];
  OrtResult (*GetTensorElementTypeAndShapeDataReference)(const OrtValue *value, OrtTensorElementType *type, const int64_t **shape, size_t *rank);
} OrtApi;

typedef struct OrtApiBase {
  const OrtApi *(*GetApi)(uint32_t version);
  const char *(*GetVersionString)(void);
} OrtApiBase;

extern const OrtApiBase *OrtGetApiBase(void);

#endif
