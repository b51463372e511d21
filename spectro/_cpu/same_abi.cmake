# cmake -DBUILT=FILE -DMLX_CORE=FILE -P same_abi.cmake: fails where nanobind gave two modules different ABI tags. They
# would not know each other's types, and every call with an array would raise.
function(abi_tag file out)
  set(tag "(nanobind|v[0-9]+)_[A-Za-z0-9_]*_(libstdcpp|libcpp)_[A-Za-z0-9_]+")
  file(STRINGS "${file}" lines REGEX "${tag}")
  string(REGEX MATCH "${tag}" found "${lines}")
  if(NOT found)
    message(FATAL_ERROR "No ABI tag of nanobind is in ${file}.")
  endif()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

abi_tag("${BUILT}" ours)
abi_tag("${MLX_CORE}" theirs)
if(NOT ours STREQUAL theirs)
  message(FATAL_ERROR "This nanobind is not the one of the installed MLX, whose arrays it would not know: "
    "its ABI tag is\n  ${ours}\nand that of ${MLX_CORE} is\n  ${theirs}\nInstall the nanobind that MLX was built with.")
endif()
