-- What the semantic blocks of a review become in Word and PowerPoint; it runs after review.lua.
--
-- Word gets paragraphs and tables in the styles of its reference document. A slide has few kinds of
-- text: a strip of key figures becomes a table without a head, a callout its text.

local stringify = pandoc.utils.stringify

if FORMAT ~= "docx" and FORMAT ~= "pptx" then return {} end

local in_word = FORMAT == "docx"
local STYLES = {
  verdict = "Verdict", lead = "Lead", finding = "Finding", needs = "Needs",
  ["footnotes-block"] = "Fine Print",
}
local CALLOUT = "^box%-(%l+)$"
local SECTIONS = 2 -- levels of headings in the contents

local meta = {}

local function styled(style, blocks)
  return pandoc.Div(blocks, pandoc.Attr("", {}, { ["custom-style"] = style }))
end

local function paragraph(style, inlines) return styled(style, { pandoc.Para(inlines) }) end

local function xml(code) return pandoc.RawInline("openxml", code) end

local function as_inlines(value) return pandoc.Inlines(value or {}) end

-- A table of cells without a head, in a style of its own.
local function cards(style, rows)
  local columns = #rows[1]
  local body = pandoc.List(rows):map(function(row)
    return pandoc.Row(pandoc.List(row):map(function(blocks) return pandoc.Cell(blocks) end))
  end)
  local specs = pandoc.List {}
  for _ = 1, columns do specs:insert { pandoc.AlignDefault, 1 / columns } end
  local tbl = pandoc.Table({ long = {}, short = nil }, specs, pandoc.TableHead(),
    { { attr = pandoc.Attr(), body = body, head = {}, row_head_columns = 0 } }, pandoc.TableFoot())
  tbl.attributes["custom-style"] = style
  return tbl
end

-- Key figures --------------------------------------------------------------------------------

local function part(card, class)
  local found = pandoc.Inlines {}
  card:walk { Span = function(span)
    if span.classes:includes(class) then found = span.content end
  end }
  return found
end

local function per_row(count)
  if count == 3 or count == 5 or count == 6 or count == 9 then return 3 end
  return math.min(count, 4)
end

local function word_card(card)
  return {
    paragraph("KPI Label", part(card, "kpi-label")),
    paragraph("KPI Value", part(card, "kpi-value")),
    paragraph("KPI Note", part(card, "kpi-note")),
  }
end

local function slide_card(card)
  return {
    pandoc.Para(part(card, "kpi-label")), pandoc.Para(part(card, "kpi-value")),
    pandoc.Para(part(card, "kpi-note")),
  }
end

local function strip(div)
  local found = div.content:filter(function(block) return block.t == "Div" end)
  local columns, rows = per_row(#found), {}
  for index, card in ipairs(found) do
    local row = math.ceil(index / columns)
    rows[row] = rows[row] or {}
    table.insert(rows[row], in_word and word_card(card) or slide_card(card))
  end
  while #rows[#rows] < columns do table.insert(rows[#rows], { pandoc.Plain {} }) end
  return cards("KeyFigures", rows)
end

-- Blocks -------------------------------------------------------------------------------------

local function callout(div, kind)
  local style, blocks = "Callout " .. kind:sub(1, 1):upper() .. kind:sub(2), pandoc.Blocks {}
  for _, block in ipairs(div.content) do
    if block.t == "Div" and block.classes:includes("box-title") then
      blocks:insert(paragraph(style .. " Title", pandoc.utils.blocks_to_inlines(block.content)))
    else
      blocks:insert(styled(style, { block }))
    end
  end
  return blocks
end

local function slide_callout(div)
  return div.content:map(function(block)
    if block.t ~= "Div" then return block end
    return pandoc.Para { pandoc.Strong(pandoc.utils.blocks_to_inlines(block.content)) }
  end)
end

-- Short texts two by two, in a table without lines.
local function pair(div)
  local rows = {}
  for index, side in ipairs(div.content:filter(function(block) return block.t == "Div" end)) do
    local row = math.ceil(index / 2)
    rows[row] = rows[row] or {}
    table.insert(rows[row], side.content)
  end
  if #rows[#rows] < 2 then table.insert(rows[#rows], { pandoc.Plain {} }) end
  return cards("Pair", rows)
end

local function semantic_block(div)
  if div.classes:includes("kpis") then return strip(div) end
  if div.classes:includes("pair") then return in_word and pair(div) or div.content end
  if div.classes:includes("table-wrap") then return div.content end
  for class, style in pairs(STYLES) do
    if div.classes:includes(class) then return in_word and styled(style, div.content) or div.content end
  end
  local kind = div.classes[2] and div.classes[2]:match(CALLOUT)
  if kind then return in_word and callout(div, kind) or slide_callout(div) end
end

-- Cover and contents --------------------------------------------------------------------------

-- Quarter, day, confidentiality and run, in one line.
local function facts()
  local line = pandoc.Inlines {}
  local as_of = meta.as_of and pandoc.Inlines { stringify(meta.words.as_of), pandoc.Space() }
  if as_of then as_of:extend(as_inlines(meta.as_of)) end
  local run_id = meta.run_id and pandoc.Inlines(stringify(meta.run_id))
  local all = { meta.quarter or false, as_of or false, meta.confidentiality or false, run_id or false }
  for _, fact in ipairs(all) do
    if fact then
      if #line > 0 then line:insert(pandoc.Str("\u{a0}\u{a0} | \u{a0}\u{a0}")) end
      line:extend(as_inlines(fact))
    end
  end
  return line
end

local function logo()
  local src = stringify(meta.logo):gsub("%.%l+$", ".png")
  local file = assert(io.open(src, "rb"))
  pandoc.mediabag.insert(src, "image/png", file:read("a"))
  file:close()
  return pandoc.Image(pandoc.Inlines(stringify(meta.company or "")), src, "", { height = "1.4cm" })
end

local function cover()
  local blocks = pandoc.Blocks {}
  if meta.company then blocks:insert(paragraph("Cover Company", as_inlines(meta.company))) end
  blocks:insert(paragraph("Title", as_inlines(meta.title)))
  if meta.subtitle then blocks:insert(paragraph("Subtitle", as_inlines(meta.subtitle))) end
  blocks:insert(paragraph("Cover Facts", facts()))
  return cards("Cover", { { blocks } })
end

-- Above the band, since a logo is drawn for white.
local function head()
  if not meta.logo then return { cover() } end
  return { paragraph("Cover Logo", { logo() }), cover() }
end

local function field(kind) return xml('<w:r><w:fldChar w:fldCharType="' .. kind .. '"/></w:r>') end

-- A field that Word can fill anew, filled already with the headings and links to them.
local function contents(headings)
  local blocks = pandoc.Blocks { paragraph("TOC Heading", { stringify(meta.words.contents) }) }
  for index, heading in ipairs(headings) do
    local line = pandoc.Inlines {}
    if index == 1 then
      line:insert(field("begin"))
      line:insert(xml('<w:r><w:instrText xml:space="preserve"> TOC \\o "1-' .. SECTIONS
        .. '" \\n \\h \\z </w:instrText></w:r>'))
      line:insert(field("separate"))
    end
    local text = pandoc.Inlines(heading.number and heading.number .. "\u{a0} " or "")
    text:extend(heading.content)
    line:insert(pandoc.Link(text, "#" .. heading.id))
    if index == #headings then line:insert(field("end")) end
    blocks:insert(paragraph("toc " .. heading.level, line))
  end
  return blocks
end

local function headings_of(doc)
  local found, counters = pandoc.List {}, {}
  doc.blocks:walk { Header = function(header)
    local number
    if not header.classes:includes("unnumbered") then
      for level = 1, header.level do counters[level] = counters[level] or 0 end
      counters[header.level] = counters[header.level] + 1
      for level = header.level + 1, #counters do counters[level] = nil end
      number = table.concat(counters, ".")
    end
    if header.level <= SECTIONS and not header.classes:includes("unlisted") then
      found:insert { id = header.identifier, number = number, level = header.level, content = header.content }
    end
  end }
  return found
end

-- The contents stand where the chapters begin, behind page one.
local function place_of_contents(blocks)
  for index, block in ipairs(blocks) do
    if block.t == "Header" then return index end
  end
end

local function finish(doc)
  if in_word then
    local place, headings = place_of_contents(doc.blocks), headings_of(doc)
    local all = pandoc.Blocks(head())
    for index, block in ipairs(doc.blocks) do
      if index == place then all:extend(contents(headings)) end
      all:insert(block)
    end
    doc.blocks, doc.meta = all, pandoc.Meta { lang = doc.meta.lang }
  else
    doc.meta = pandoc.Meta {
      lang = doc.meta.lang, title = meta.title, subtitle = meta.subtitle, author = meta.company,
      date = facts(),
    }
  end
  return doc
end

-- Chinese has no slanted type.
local function upright(emphasis)
  if stringify(meta.lang or ""):match("^zh") then return emphasis.content end
end

return {
  { Meta = function(found) meta = found end },
  { Emph = upright },
  { Div = semantic_block },
  { Pandoc = finish },
}
