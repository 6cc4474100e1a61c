# SPDX-License-Identifier: Apache-2.0
# The calls that ports/cortexm/rooms.h names, for the linker.
set(tenon_room_calls tag_step motion_step hearing_step colour_step net_step
  place_step play_step voice_render glow_render store_step)

# A program with rooms.c gets a stopwatch at the door of each room.
function(tenon_watch_rooms program)
  foreach(call IN LISTS tenon_room_calls)
    target_link_options(${program} PRIVATE -Wl,--wrap=tn_${call})
  endforeach()
endfunction()

# The same program without: rooms.c counts nothing.
function(tenon_leave_rooms program)
  foreach(call IN LISTS tenon_room_calls)
    target_link_options(${program} PRIVATE
      -Wl,--defsym=__real_tn_${call}=tn_${call})
  endforeach()
endfunction()
