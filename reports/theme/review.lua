-- What the semantic blocks of a review become, for Quarto and the embedded renderer alike.
--
-- In HTML the blocks stay divs and review.css draws them; in Typst they become calls of the
-- functions in look.typ. The few words that the theme itself prints stand here, by language.

local stringify = pandoc.utils.stringify

local WORDS = {
  en = {
    lang = "en", html_lang = "en", contents = "Contents", as_of = "As of", skip = "Skip to the text",
    page = "Page", of = "of", page_end = "",
    note = "Note", tip = "Tip", important = "Important", warning = "Warning",
  },
  zh = {
    lang = "zh", html_lang = "zh-Hans", contents = "目录", as_of = "截至", skip = "跳到正文",
    page = "第", of = "/", page_end = "页",
    note = "注记", tip = "提示", important = "重要", warning = "警告",
  },
}

-- The class in the document → the function in look.typ.
local BLOCKS = {
  verdict = "verdict", lead = "lead", finding = "finding", needs = "needs", pair = "pair", side = "half",
  ["footnotes-block"] = "fine-print",
}

-- The class of a card → the colour of its edge in look.typ.
local CARDS = { kpi = "brand", ["kpi-better"] = "better", ["kpi-worse"] = "worse" }

local in_typst = FORMAT == "typst"
local words = WORDS.en

local function typst(code) return pandoc.RawInline("typst", code) end

-- #name[ blocks ]
local function call(name, blocks)
  local result = pandoc.Blocks { pandoc.RawBlock("typst", "#" .. name .. "[") }
  result:extend(blocks)
  result:insert(pandoc.RawBlock("typst", "]"))
  return result
end

-- The id of the run and the logo's name go into Typst as strings, where nothing may be quoted.
local function typst_string(text)
  text = stringify(text)
  if not text:match("^[%w._/-]+$") then error("review: " .. text .. " may hold letters, digits, . _ / and -") end
  return pandoc.Inlines { typst(text) }
end

local function learn_language(meta)
  for _, key in ipairs { "run_id", "logo" } do
    if in_typst and meta[key] then meta[key] = typst_string(meta[key]) end
  end
  words = WORDS[stringify(meta.lang or "en"):sub(1, 2)] or WORDS.en
  meta.words = {}
  for name, word in pairs(words) do meta.words[name] = word end
  return meta
end

-- A callout is a box with a coloured edge and a title.
local function callout(kind, title, content)
  title = title or pandoc.Inlines { pandoc.Str(words[kind]) }
  if in_typst then
    local head = pandoc.Inlines { typst('#callout-box("' .. kind .. '", title: [') }
    head:extend(title)
    head:insert(typst("])["))
    local result = pandoc.Blocks { pandoc.Plain(head) }
    result:extend(content)
    result:insert(pandoc.RawBlock("typst", "]"))
    return result
  end
  local blocks = pandoc.Blocks { pandoc.Div(pandoc.Plain(title), { class = "box-title" }) }
  blocks:extend(content)
  return pandoc.Div(blocks, { class = "box box-" .. kind, role = "note" })
end

local function as_inlines(title)
  if type(title) == "string" then return pandoc.Inlines(title) end
  if title and pandoc.utils.type(title) == "Inlines" then return title end
  return title and title.content
end

-- Quarto makes its callouts nodes of their own before a filter sees them.
local function quarto_callout(node)
  local title = as_inlines(node.title)
  if title and #title == 0 then title = nil end
  return callout(node.type, title, quarto.utils.as_blocks(node.content))
end

-- Quarto leaves the alternative text of a figure, values and all, on the block around it as well.
local function drop_second_alt(float)
  float.attributes["fig-alt"] = nil
  float.attributes.alt = nil
  return float
end

local function kpi_part(kpi, class, needed)
  local found
  kpi:walk { Span = function(span)
    if span.classes:includes(class) then found = span.content end
  end }
  if needed and not found then error("review: a .kpi needs a span with the class ." .. class) end
  return found or pandoc.Inlines {}
end

-- #kpi-strip(kpi([label], [value], [note]), …)
local function typst_strip(cards)
  local code = pandoc.Inlines { typst("#kpi-strip(") }
  for _, card in ipairs(cards) do
    code:insert(typst("kpi(["))
    code:extend(card.label)
    code:insert(typst("], ["))
    code:extend(card.value)
    code:insert(typst("], ["))
    code:extend(card.note)
    code:insert(typst("], edge: " .. card.colour .. "),"))
  end
  code:insert(typst(")"))
  return pandoc.Plain(code)
end

local function kpi_strip(strip)
  local cards = pandoc.List {}
  for _, block in ipairs(strip.content) do
    if block.t == "Div" then
      cards:insert {
        label = kpi_part(block, "kpi-label", true),
        value = kpi_part(block, "kpi-value", true),
        note = kpi_part(block, "kpi-note"),
        colour = CARDS[block.classes[1]],
      }
    end
  end
  if in_typst then return typst_strip(cards) end
  strip.attributes.count = tostring(#cards)
  return strip
end

local function semantic_block(div)
  if div.classes:includes("kpis") then return kpi_strip(div) end
  for class, name in pairs(BLOCKS) do
    if in_typst and div.classes:includes(class) then return call(name, div.content) end
  end
  for _, kind in ipairs { "note", "tip", "important", "warning" } do
    if div.classes:includes("callout-" .. kind) then
      local title = div.attributes.title
      local inlines = title and pandoc.utils.blocks_to_inlines(pandoc.read(title).blocks)
      return callout(kind, inlines, div.content)
    end
  end
end

-- Columns take the room that their content needs; on a narrow screen a wide table scrolls alone.
local function fit_table(tbl)
  for index in ipairs(tbl.colspecs) do tbl.colspecs[index][2] = nil end
  if in_typst then return tbl end
  return pandoc.Div(tbl, { class = "table-wrap", tabindex = "0" })
end

-- Typst reads "-1" as a minus sign, "--" as a dash, "..." as an ellipsis, and "= x" at the start of
-- a table cell as a heading; pandoc quotes none of them. What the data say is shown as it stands.
local function quote_shorthand(str)
  local text = str.text
  if not (text:match("^[-=+/]") or text:match("%-[-%d?]") or text:match("%.%.%.")) then return nil end
  local pieces = pandoc.Inlines {}
  for plain, mark in text:gmatch("([^-=+/.]*)([-=+/.]?)") do
    if plain ~= "" then pieces:insert(pandoc.Str(plain)) end
    if mark ~= "" then pieces:insert(typst("\\" .. mark)) end
  end
  return pieces
end

local function is_wide(inline, pattern)
  local char = inline and inline.t == "Str" and inline.text:match(pattern)
  local code = char and utf8.codepoint(char) or 0
  return (code >= 0x2E80 and code <= 0x9FFF) or (code >= 0xF900 and code <= 0xFAFF)
    or (code >= 0xFE30 and code <= 0xFFEF)
end

-- A line break in the source between two Chinese characters is no gap in the print.
local function join_chinese_lines(inlines)
  local joined = pandoc.Inlines {}
  for index, inline in ipairs(inlines) do
    local gap = inline.t ~= "SoftBreak" or not is_wide(inlines[index - 1], utf8.charpattern .. "$")
      or not is_wide(inlines[index + 1], "^" .. utf8.charpattern)
    if gap then joined:insert(inline) end
  end
  return joined
end

return {
  { Meta = learn_language },
  { Div = semantic_block, Callout = quarto_callout, FloatRefTarget = drop_second_alt, Table = fit_table },
  { Inlines = join_chinese_lines },
  { Str = in_typst and quote_shorthand or nil },
}
