-- SPDX-License-Identifier: Apache-2.0
-- The set sets/starfighter/starfighter.play, as one would write it in Lua for a
-- host that calls handlers by name: those of the present state first, then
-- `always`. `look` is called after each event and once a step, `frame` at the
-- end of each step; bench/lua_host.c has the functions that are called here.

local play, hold, release, glow = play, hold, release, glow
local ask, go, after, every = ask, go, after, every
local is, aboard, now = is, aboard, now
local speed, still, upside_down = speed, still, upside_down

local function starfighter(sound, light)
  local takeoff, touchdown = sound.takeoff, sound.touchdown
  local engine, swoosh, laser = sound.engine, sound.swoosh, sound.laser
  local clunk, siren = sound.clunk, sound.siren
  local waiting, alarm = light.waiting, light.alarm
  local white, cyan = light.white, light.cyan

  local hull = 4
  local broken = false
  local head_down, still_since

  local function worry()
    ask("pilot", "worry")
  end

  local function land()
    play(touchdown)
    go("landed")
  end

  local function repair()
    hull = 4
    go("landed")
  end

  local function howl()
    play(siren)
  end

  local landed = {
    enter = function() glow(waiting) end,
    placed_other = function(kind)
      if kind == "pilot" then glow(white) end
    end,
    lifted = function()
      play(takeoff)
      go("flying")
    end,
  }

  local flying = {
    enter = function()
      head_down, still_since = false, nil
      glow(cyan)
    end,
    leave = function() release(0) end,
    frame = function() hold(0, engine, speed()) end,
    swung = function(strength)
      play(swoosh, strength)
      ask("pilot", "cheer")
    end,
    put_down = land,
    look = function()
      local down = upside_down()
      if down and not head_down then worry() end
      head_down = down
      if not still() then
        still_since = nil
      elseif not still_since then
        still_since = now()
      elseif still_since >= 0 and now() - still_since >= 2 then
        still_since = -1 -- once
        land()
      end
    end,
  }

  local wrecked = {
    enter = function()
      every(1, howl)
      after(4, repair)
      glow(alarm)
      worry()
    end,
  }

  local always = {
    tapped = function()
      if aboard("pilot") then play(laser) else play(clunk) end
    end,
    shaken = function() hull = hull - 1 end,
    look = function()
      local down = hull <= 0
      if down and not broken then go("wrecked") end
      broken = down
    end,
  }

  return {
    kind = "vehicle", start = "landed", always = always,
    states = {landed = landed, flying = flying, wrecked = wrecked},
  }
end

local function lark(sound, light)
  local chirp, whoop, yellow = sound.chirp, sound.whoop, light.yellow
  local flew = false

  local function tweet()
    play(chirp)
  end

  return {
    kind = "pilot",
    always = {
      placed = function()
        play(chirp)
        glow(yellow)
      end,
      lifted = tweet,
      swung = tweet,
      cheer = function() play(whoop) end,
      look = function()
        local flies = is("vehicle", "flying")
        if flies and not flew then play(whoop) end
        flew = flies
      end,
    },
  }
end

local function moss(sound, light)
  local hmpf, groan, green = sound.hmpf, sound.groan, light["green 30%"]
  local flew, lay = false, false

  local function grumble()
    play(hmpf)
    glow(green)
  end

  return {
    kind = "pilot",
    always = {
      placed = grumble,
      shaken = grumble,
      worry = function() play(groan) end,
      look = function()
        local flies = is("vehicle", "flying")
        if flies and not flew then play(groan) end
        flew = flies
        local lies = is("vehicle", "landed")
        if lies and not lay then play(hmpf) end
        lay = lies
      end,
    },
  }
end

return {starfighter = starfighter, lark = lark, moss = moss}
