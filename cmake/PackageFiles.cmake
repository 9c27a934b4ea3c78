# cmake -DPROGRAM=… -DOUTPUT=… -DVERSION=… -DREVISION=… -DMAINTAINER=… -P: what a package holds beside the program. Manual page and
# completions are what the program itself prints. Packed files have no time in them, so that the same source makes the same package.
cmake_minimum_required(VERSION 3.25)
set(source ${CMAKE_CURRENT_LIST_DIR}/..)
file(REMOVE_RECURSE ${OUTPUT})
file(MAKE_DIRECTORY ${OUTPUT})

function(printed file)
  execute_process(COMMAND ${PROGRAM} ${ARGN} OUTPUT_FILE ${OUTPUT}/${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()
printed(koine.1 help --man)
printed(koine.bash completion bash)
printed(_koine completion zsh)
printed(koine.fish completion fish)
printed(koine.schema.json help --config-schema)

# The time of the last commit; without git, SOURCE_DATE_EPOCH or now.
execute_process(COMMAND git -C ${source} log -1 --format=%cD OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed OR NOT date)
  string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
endif()
file(WRITE ${OUTPUT}/changelog.Debian "koine (${VERSION}-${REVISION}) bookworm; urgency=medium\n\n"
  "  * Version ${VERSION}; what it brings is told in changelog.gz.\n\n -- ${MAINTAINER}  ${date}\n")
file(COPY_FILE ${source}/CHANGELOG.md ${OUTPUT}/changelog)
execute_process(COMMAND gzip -9n ${OUTPUT}/koine.1 ${OUTPUT}/changelog ${OUTPUT}/changelog.Debian COMMAND_ERROR_IS_FATAL ANY)
