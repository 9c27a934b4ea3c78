# cmake -DOUTPUT=… -DFOLDER=… -DFILES=a.css;b.js -P: packs the files into FOLDER and writes a source file that holds them, plain and packed
# (src/page/assets.hpp). Their paths hold their hash, as does the text of the source file, so that compiler caches see a change.
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")
set(type_txt "text/plain; charset=utf-8")

file(MAKE_DIRECTORY ${FOLDER})
set(data "")
set(table "")
set(number 0)
list(SORT FILES)
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  get_filename_component(stem ${file} NAME_WLE)
  get_filename_component(extension ${file} LAST_EXT)
  string(SUBSTRING ${extension} 1 -1 extension)
  file(SHA256 ${file} hash)
  string(SUBSTRING ${hash} 0 16 hash)
  set(plain ${FOLDER}/${stem}-${hash}.${extension})
  configure_file(${file} ${plain} COPYONLY)
  execute_process(COMMAND gzip -9nc ${plain} OUTPUT_FILE ${plain}.gz COMMAND_ERROR_IS_FATAL ANY)
  string(APPEND data "// ${hash}\nalignas(16) constexpr unsigned char plain_${number}[] = {\n#embed \"${plain}\"\n};\n")
  string(APPEND data "alignas(16) constexpr unsigned char gzip_${number}[] = {\n#embed \"${plain}.gz\"\n};\n")
  string(APPEND table "        {\"${name}\", \"/-/assets/${stem}-${hash}.${extension}\", \"${type_${extension}}\", \"${hash}\", text(plain_${number}), text(gzip_${number})},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "#include \"page/assets.hpp\"

#pragma clang diagnostic ignored \"-Wc23-extensions\"

namespace koine::page {
namespace {

${data}
template <std::size_t Size>
std::string_view text(unsigned char const (&bytes)[Size]) {
    return {reinterpret_cast<char const*>(bytes), Size};
}

}  // namespace

std::span<Asset const> built_in_assets() {
    static Asset const assets[] = {
${table}    };
    return assets;
}

}  // namespace koine::page
")
