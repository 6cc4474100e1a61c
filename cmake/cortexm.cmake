# SPDX-License-Identifier: Apache-2.0
# Cortex-M4F, bare metal, newlib-nano; runs under QEMU's mps2-an386.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR cortex-m4)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_C_FLAGS_INIT "-mcpu=cortex-m4 -mthumb -mfloat-abi=hard \
-mfpu=fpv4-sp-d16 -fno-short-enums -ffunction-sections -fdata-sections")
set(CMAKE_EXE_LINKER_FLAGS_INIT
  "-nostartfiles --specs=nano.specs -Wl,--gc-sections \
-Wl,--no-enum-size-warning") # newlib's own objects have short ones
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
