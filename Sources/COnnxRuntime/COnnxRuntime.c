#include "COnnxRuntime.h"

/// Each function's place in the table, which the library never changes.
#define SLOT(name, index) _Static_assert(offsetof(OrtApi, name) == (index) * sizeof(void *), #name " is not in its slot")

SLOT(GetErrorCode, 1);
SLOT(GetErrorMessage, 2);
SLOT(CreateEnvWithCustomLogger, 4);
SLOT(CreateSessionFromArray, 8);
SLOT(Run, 9);
SLOT(CreateSessionOptions, 10);
SLOT(SetSessionExecutionMode, 13);
SLOT(SetSessionGraphOptimizationLevel, 23);
SLOT(SetIntraOpNumThreads, 24);
SLOT(SessionGetInputCount, 30);
SLOT(SessionGetOutputCount, 31);
SLOT(SessionGetInputTypeInfo, 33);
SLOT(SessionGetOutputTypeInfo, 34);
SLOT(SessionGetInputName, 36);
SLOT(SessionGetOutputName, 37);
SLOT(CreateRunOptions, 39);
SLOT(RunOptionsSetTerminate, 46);
SLOT(CreateTensorAsOrtValue, 48);
SLOT(GetTensorMutableData, 51);
SLOT(CastTypeInfoToTensorInfo, 55);
SLOT(GetOnnxTypeFromTypeInfo, 56);
SLOT(GetTensorElementType, 60);
SLOT(GetDimensionsCount, 61);
SLOT(GetDimensions, 62);
SLOT(GetSymbolicDimensions, 63);
SLOT(CreateCpuMemoryInfo, 69);
SLOT(AllocatorFree, 76);
SLOT(GetAllocatorWithDefaultOptions, 78);
SLOT(ReleaseStatus, 93);
SLOT(ReleaseMemoryInfo, 94);
SLOT(ReleaseSession, 95);
SLOT(ReleaseValue, 96);
SLOT(ReleaseRunOptions, 97);
SLOT(ReleaseTypeInfo, 98);
SLOT(ReleaseSessionOptions, 100);
SLOT(AddSessionConfigEntry, 130);
SLOT(CreateAndRegisterAllocator, 144);
SLOT(ReleaseArenaCfg, 157);
SLOT(CreateArenaCfgV2, 164);
SLOT(SessionOptionsSetLoadCancellationFlag, 293);
SLOT(GetTensorSizeInBytes, 318);
SLOT(TensorTypeAndShape_HasShape, 390);
SLOT(GetTensorElementTypeAndShapeDataReference, 414);

_Static_assert(sizeof(void *) == 8, "Millrace runs on 64-bit systems");
_Static_assert(sizeof(OrtApi) == 415 * sizeof(void *), "OrtApi ends at the last slot in use");
_Static_assert(sizeof(OrtApiBase) == 2 * sizeof(void *), "OrtApiBase has two slots");
