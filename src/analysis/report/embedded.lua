-- What Quarto does to a review, done by pandoc alone: conditions, numbers, captions, references.
--
-- It supports exactly what the documents use. Everything else that Quarto would act upon is
-- refused; all complaints come at once, each as "token<TAB>message", where the token is a piece
-- of the source by which embedded.py finds the line. review.lua runs after this filter.

local stringify = pandoc.utils.stringify

-- The theme's own blocks and spans; Quarto knows nothing of them.
local THEME_DIVS = {
  "kpis", "kpi", "kpi-better", "kpi-worse", "pair", "side", "verdict", "lead", "finding", "needs",
  "footnotes-block",
}
-- What makes up a slide, and only there.
local SLIDE_DIVS = { "columns", "column", "notes" }
local THEME_SPANS = { "kpi-label", "kpi-value", "kpi-note" }
local CALLOUTS = { "callout-note", "callout-tip", "callout-important", "callout-warning" }
local CONDITIONS = { ["content-visible"] = true, ["content-hidden"] = false }

local WORDS = {
  en = { fig = "Figure", tbl = "Table", sec = "Section" },
  zh = { fig = "图", tbl = "表", sec = "小节" },
}
local NBSP = "\u{a0}"

local in_typst = FORMAT == "typst"
local in_word, in_slides = FORMAT == "docx", FORMAT == "pptx"
local PICTURE = (in_word or in_slides) and "png" or "svg"
local complaints = pandoc.List {}
local words   -- of the document's language
local labels  -- id → { kind = "fig" | "tbl" | "sec", number = "1.2" }

local function refuse(token, message) complaints:insert((token or "") .. "\t" .. message) end

local function raise_complaints()
  if #complaints > 0 then error(table.concat(complaints, "\n"), 0) end
end

local function set(list)
  local result = {}
  for _, name in ipairs(list) do result[name] = true end
  return result
end

local allowed_divs, allowed_spans, callouts = set(THEME_DIVS), set(THEME_SPANS), set(CALLOUTS)
if in_slides then
  for _, name in ipairs(SLIDE_DIVS) do allowed_divs[name] = true end
end

-- What is not supported ------------------------------------------------------------------------

local function only_attributes(element, name, ...)
  local allowed = set { ... }
  for key in pairs(element.attributes) do
    if not allowed[key] then
      refuse(key, "the attribute " .. key .. " of " .. name .. " is not supported")
    end
  end
end

local function check_div(div)
  local id, class = div.identifier, div.classes[1]
  if #div.classes > 1 then
    refuse(div.classes[2], "a block may have one class, not ." .. table.concat(div.classes, " ."))
  elseif not class then
    if not id:match("^tbl%-[%w_-]+$") then
      refuse("#" .. id, "the block #" .. id .. " is not supported; a table is ::: {#tbl-name}")
    end
    only_attributes(div, "a table")
  elseif CONDITIONS[class] ~= nil then
    if not div.attributes["when-meta"] then
      refuse(class, "." .. class .. ' is supported with when-meta="…" alone')
    end
    only_attributes(div, "." .. class, "when-meta")
  elseif callouts[class] then
    only_attributes(div, "a callout", "title")
    if div.content[1] and div.content[1].t == "Header" then
      refuse(class, "a heading in a callout is not supported; write {." .. class .. ' title="…"}')
    end
  elseif allowed_divs[class] or class == "pagebreak" then
    only_attributes(div, "." .. class)
  else
    refuse(class, "the block ." .. class .. " is not supported")
  end
end

local function check_span(span)
  if #span.classes ~= 1 or not allowed_spans[span.classes[1]] then
    refuse(span.classes[1], "the span ." .. table.concat(span.classes, " .") .. " is not supported")
  end
end

local function check_image(image)
  if not image.src:match("^figures/[%w_-]+%." .. PICTURE .. "$") then
    refuse(image.src, "the picture " .. image.src
      .. " is not supported; write figures/name, without extension")
  end
  local class = image.classes[1]
  if class then refuse(class, "the class ." .. class .. " of a figure is not supported") end
  only_attributes(image, "a figure", "fig-alt")
end

local function first_word(caption) return stringify(caption.long):match("%S+") end

local function check_figure(figure)
  local id = figure.identifier
  if not in_slides and not id:match("^fig%-[%w_-]+$") then
    refuse(first_word(figure.caption), 'a figure needs an identifier: {#fig-name fig-alt="…"}')
  end
end

local function check_table(tbl)
  if #tbl.caption.long > 0 then
    refuse(first_word(tbl.caption),
      "a caption inside a table is not supported; wrap the table in ::: {#tbl-name}")
  end
end

local function check_header(header)
  for _, class in ipairs(header.classes) do
    if class ~= "unnumbered" and class ~= "unlisted" then
      refuse(class, "the class ." .. class .. " of a heading is not supported")
    end
  end
  only_attributes(header, "a heading")
end

local function check_code(code)
  local class = code.classes[1] or code.text:match("^{%w+}")
  if class then refuse(class, "code that is run or coloured (" .. class .. ") is not supported") end
end

local function check_raw(raw)
  if raw.text:match("^<!%-%-") then return {} end
  refuse(raw.text:match("[^\n]+"), "raw " .. raw.format .. " is not supported: " .. raw.text:sub(1, 40))
end

local function check_math(math) refuse(math.text, "mathematics is not supported: " .. math.text) end

local function check_citation(cite)
  local citation = cite.citations[1]
  local id = citation.id
  if not id:match("^[fts][ibe][glc]%-") then
    refuse("@" .. id, "citations are not supported: @" .. id)
  elseif #cite.citations > 1 or citation.mode ~= "AuthorInText" or #citation.suffix > 0 then
    refuse("@" .. id, "a reference is a plain @" .. id .. ", without brackets")
  end
end

-- Pictures inside text never become figures, so each picture must be a figure's.
local function check_inline_pictures(blocks)
  local in_figures, all = 0, 0
  blocks:walk {
    Figure = function(figure) figure:walk { Image = function() in_figures = in_figures + 1 end } end,
    Image = function(image) all = all + 1 end,
  }
  if all > in_figures then refuse("![", "a picture must stand alone in its paragraph") end
end

local function refuse_unsupported(doc)
  check_inline_pictures(doc.blocks)
  return doc:walk {
    Div = check_div, Span = check_span, Image = check_image, Figure = check_figure,
    Table = check_table, Header = check_header, CodeBlock = check_code, Code = check_code,
    RawBlock = check_raw, RawInline = check_raw, Math = check_math, Cite = check_citation,
  }
end

-- Conditions and page breaks -------------------------------------------------------------------

local function look_up(meta, path)
  local value = meta
  for key in path:gmatch("[^.]+") do
    value = type(value) == "table" and value[key] or nil
  end
  return value
end

local function resolve_condition(meta)
  return function(div)
    local shown_if = CONDITIONS[div.classes[1]]
    if shown_if == nil then return nil end
    local path = div.attributes["when-meta"]
    local value = look_up(meta, path)
    if value ~= nil and type(value) ~= "boolean" then
      refuse(path, "when-meta=\"" .. path .. "\" must name true or false")
    end
    return (value == true) == shown_if and div.content or {}
  end
end

local function break_page(div)
  if not div.classes:includes("pagebreak") then return nil end
  if in_typst then return pandoc.RawBlock("typst", "#pagebreak()") end
  if in_word then return pandoc.RawBlock("openxml", '<w:p><w:r><w:br w:type="page"/></w:r></w:p>') end
  return pandoc.RawBlock("html", '<div style="page-break-after: always;"></div>')
end

-- Numbers --------------------------------------------------------------------------------------

local function label(id, kind, number)
  if labels[id] then
    refuse("#" .. id, "the identifier " .. id .. " stands twice")
  end
  labels[id] = { kind = kind, number = number }
end

local function number_sections(blocks)
  local counters = {}
  blocks:walk { Header = function(header)
    local id = header.identifier
    if header.classes:includes("unnumbered") then
      if id:match("^sec%-") then label(id, "sec", nil) end
      return
    end
    for level = 1, header.level do counters[level] = counters[level] or 0 end
    counters[header.level] = counters[header.level] + 1
    for level = header.level + 1, #counters do counters[level] = nil end
    if id:match("^sec%-") then label(id, "sec", table.concat(counters, ".")) end
  end }
end

local function number_floats(blocks)
  local counts = { fig = 0, tbl = 0 }
  local function number(float)
    local kind = float.identifier:match("^(%l+)%-")
    if counts[kind] then
      counts[kind] = counts[kind] + 1
      label(float.identifier, kind, tostring(counts[kind]))
    end
  end
  blocks:walk { traverse = "topdown", Figure = number, Div = number }
end

-- Figures, tables, references ------------------------------------------------------------------

local function html_float(id, kind, parts)
  local result = pandoc.Blocks {
    pandoc.RawBlock("html", ('<figure id="%s" class="quarto-float quarto-float-%s">'):format(id, kind)),
  }
  result:extend(parts)
  result:insert(pandoc.RawBlock("html", "</figure>"))
  return result
end

local function html_caption(id, kind, caption)
  local text = pandoc.Inlines { words[kind] .. NBSP .. labels[id].number .. ": " }
  text:extend(caption)
  return pandoc.Blocks {
    pandoc.RawBlock("html", "<figcaption>"), pandoc.Plain(text), pandoc.RawBlock("html", "</figcaption>"),
  }
end

-- The form that Quarto writes, so that one theme fits both.
local function typst_float(id, kind, content, caption)
  local position = kind == "tbl" and "top" or "bottom"
  local result = pandoc.Blocks { pandoc.RawBlock("typst", "#figure([") }
  result:extend(content)
  result:insert(pandoc.RawBlock("typst", "], caption: figure.caption(position: " .. position .. ", ["))
  result:insert(pandoc.Plain(caption))
  result:insert(pandoc.RawBlock("typst", (']), kind: "quarto-float-%s", supplement: "%s")\n<%s>'):format(
    kind, words[kind], id)))
  return result
end

-- pandoc leaves the alternative text out, which a screen reader needs in a PDF too.
local function typst_picture(src, alt)
  local quoted = alt:gsub('[\\"]', "\\%0"):gsub("%s+", " ")
  return pandoc.RawBlock("typst", ('#box(image("%s", alt: "%s"))'):format(src, quoted))
end

-- Word and PowerPoint files hold their pictures; the sandbox lets a writer read none.
local function load_picture(src)
  local file = io.open(src, "rb")
  if not file then
    refuse(src:match("(.*)%."), src .. ": there is no such figure; does its notebook draw it?")
    return
  end
  pandoc.mediabag.insert(src, "image/png", file:read("a"))
  file:close()
end

local function styled(style, inlines)
  return pandoc.Div(pandoc.Para(inlines), pandoc.Attr("", {}, { ["custom-style"] = style }))
end

local function word_caption(id, kind, caption, style)
  local text = pandoc.Inlines { words[kind] .. NBSP .. labels[id].number .. ": " }
  text:extend(caption)
  return styled(style, text)
end

local function word_figure(id, alt, src, caption)
  local picture = pandoc.Image(pandoc.Inlines(alt), src, "", { width = "100%" })
  return pandoc.Div(
    { styled("Captioned Figure", { picture }), word_caption(id, "fig", caption, "Image Caption") },
    pandoc.Attr(id))
end

-- A slide's caption stands below its picture, without a number.
local function slide_figure(figure, image, alt)
  image.caption = pandoc.utils.blocks_to_inlines(figure.caption.long)
  image.attributes["fig-alt"], image.title = nil, alt
  return pandoc.Figure(pandoc.Plain { image }, figure.caption)
end

local function print_figure(figure)
  local id = figure.identifier
  local caption = pandoc.utils.blocks_to_inlines(figure.caption.long)
  local image
  figure:walk { Image = function(found) image = found end }
  local alt = image.attributes["fig-alt"]
  if not alt or alt == "" then
    refuse("#" .. id, id .. ' has no fig-alt="…": say what is seen')
    return nil
  end
  if in_typst then return typst_float(id, "fig", { typst_picture(image.src, alt) }, caption) end
  if in_word or in_slides then load_picture(image.src) end
  if in_word then return word_figure(id, alt, image.src, caption) end
  if in_slides then return slide_figure(figure, image, alt) end
  -- On a phone the picture keeps a legible size and is moved in its own frame.
  local frame = pandoc.Attr("", { "figure-scroll" }, { tabindex = "0" })
  local picture = pandoc.Blocks {
    pandoc.Div(pandoc.Plain { pandoc.Image(pandoc.Inlines(alt), image.src) }, frame),
  }
  picture:extend(html_caption(id, "fig", caption))
  return html_float(id, "fig", picture)
end

local function print_table(div)
  local id = div.identifier
  if not id:match("^tbl%-") then return nil end
  local tbl, caption = div.content[1], div.content[2]
  if #div.content ~= 2 or tbl.t ~= "Table" or caption.t ~= "Para" then
    refuse("#" .. id, id .. " must hold a table, an empty line and a caption")
    return nil
  end
  if in_typst then return typst_float(id, "tbl", { tbl }, caption.content) end
  if in_word then
    return pandoc.Div({ word_caption(id, "tbl", caption.content, "Table Caption"), tbl }, pandoc.Attr(id))
  end
  if in_slides then return pandoc.Blocks { tbl } end
  local parts = html_caption(id, "tbl", caption.content)
  parts:insert(tbl)
  return html_float(id, "tbl", parts)
end

-- What points to a section of the report points to nothing in the slides: it goes, with its comma.
local function drop_section_references(inlines)
  if not in_slides then return nil end
  local kept = pandoc.Inlines {}
  for _, inline in ipairs(inlines) do
    local id = inline.t == "Cite" and inline.citations[1].id
    if id and id:match("^sec%-") and not labels[id] then
      if #kept > 0 and kept[#kept].t == "Space" then kept:remove() end
      local last = kept[#kept]
      -- Two patterns: in a class a wide comma would be three signs of which one is taken away.
      if last and last.t == "Str" then
        kept[#kept] = pandoc.Str((last.text:gsub(",$", ""):gsub("，$", "")))
      end
    else
      kept:insert(inline)
    end
  end
  return kept
end

local function print_reference(cite)
  local id = cite.citations[1].id
  local target = labels[id]
  if not (target and target.number) then
    refuse("@" .. id, "@" .. id .. " refers to "
      .. (target and "a section without a number" or "nothing"))
    return nil
  end
  local word = words[target.kind]
  if in_typst then
    return pandoc.RawInline("typst", ("#ref(<%s>, supplement: [%s])"):format(id, word))
  end
  return pandoc.Link(word .. NBSP .. target.number, "#" .. id, "", { class = "quarto-xref" })
end

function Pandoc(doc)
  labels, words = {}, WORDS[stringify(doc.meta.lang or "en"):sub(1, 2)]
  if not words then
    refuse("lang", "the language " .. stringify(doc.meta.lang) .. " is not supported")
    words = WORDS.en
  end
  doc = refuse_unsupported(doc)
  raise_complaints()
  doc = doc:walk { Div = resolve_condition(doc.meta) }
  doc = doc:walk { Div = break_page }
  number_sections(doc.blocks)
  number_floats(doc.blocks)
  doc = doc:walk { Inlines = drop_section_references }
  doc = doc:walk { Cite = print_reference }
  doc = doc:walk { Figure = print_figure, Div = print_table }
  raise_complaints()
  return doc
end
