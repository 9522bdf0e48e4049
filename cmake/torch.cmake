# TORCH_LIBRARIES: Debian's libtorch, or the one inside an installed PyTorch.
set(DIPTYCH_TORCH "" CACHE PATH "Folder with include/torch and lib/libtorch.so, a PyTorch wheel's say; empty: find_package(Torch)")
if(NOT DIPTYCH_TORCH)
  find_package(Torch REQUIRED)
  return()
endif()

# Not the wheel's TorchConfig.cmake: with CUDA it demands the whole CUDA toolkit, of which we need the compiler alone.
add_library(diptych_libtorch INTERFACE)
target_include_directories(diptych_libtorch SYSTEM INTERFACE
  ${DIPTYCH_TORCH}/include ${DIPTYCH_TORCH}/include/torch/csrc/api/include)
foreach(name torch torch_cpu torch_cuda c10 c10_cuda)
  find_library(DIPTYCH_TORCH_${name} ${name} PATHS ${DIPTYCH_TORCH} PATH_SUFFIXES lib NO_DEFAULT_PATH)
  if(DIPTYCH_TORCH_${name})
    list(APPEND libraries ${DIPTYCH_TORCH_${name}})
  elseif(NOT name MATCHES cuda)
    message(FATAL_ERROR "${DIPTYCH_TORCH} has no lib/lib${name}.so")
  endif()
endforeach()
# The CUDA half registers itself when it is loaded: nothing here names a symbol of it. Its own libraries lie elsewhere.
# The C++ library comes first: a wheel's libraries hold parts of an older one.
target_link_libraries(diptych_libtorch INTERFACE -Wl,--no-as-needed stdc++ ${libraries} -Wl,--as-needed -Wl,--allow-shlib-undefined)
set(TORCH_LIBRARIES diptych_libtorch)

# The trainer's kernels for NVIDIA GPUs: for the one in this machine, or for what CMake takes where there is none. Without
# a compiler libtorch's operations serve.
if(DIPTYCH_TORCH_torch_cuda)
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    if(EXISTS /dev/nvidia0)
      set(CMAKE_CUDA_ARCHITECTURES native CACHE STRING "GPUs to build for")
    endif()
    set(CMAKE_CUDA_STANDARD 17)  # the newest that CMake 3.25 knows of newer compilers
    enable_language(CUDA)
    set(DIPTYCH_CUDA_KERNELS ON)
  endif()
endif()
